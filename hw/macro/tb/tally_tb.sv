// Self-checking testbench of tally_top: plays files through the AXI ports with random gaps and back-pressure, and
// compares every result and every register with what the files expect. It ends with a line that begins with PASS or
// FAIL. Everything but the clock is synchronous, so every simulator sees the same.
//
// Files in tb/ (hexadecimal, made by `tally rtl` from plain arithmetic): packets.mem {tlast, tdata}, psums.mem {tdata},
// results.mem {tlast, tuser, tdata}, accesses.mem, one access a word:
//   {kind[3:0], strobes[3:0], response[3:0], address[11:0], mask[31:0], data[31:0]}
//   0 end; 1 write; 2 read, compare under the mask; 3 read until equal under the mask;
//   4 send packets up to beat `data` and partial sums up to number `address`, wait for results up to number `mask`.
//
// Plusargs: +seed=N of gaps and back-pressure, +full for neither, +vcd for tally_tb.vcd.

module tally_tb;

  `include "tally_tb_parameters.svh"

  localparam logic [3:0] END = 4'd0;
  localparam logic [3:0] WRITE = 4'd1;
  localparam logic [3:0] READ = 4'd2;
  localparam logic [3:0] POLL = 4'd3;
  localparam logic [3:0] STREAM = 4'd4;

  logic aclk;
  logic aresetn;

  logic        awvalid;
  logic        awready;
  logic        wvalid;
  logic        wready;
  logic        bvalid;
  logic        bready;
  logic [1:0]  bresp;
  logic        arvalid;
  logic        arready;
  logic        rvalid;
  logic        rready;
  logic [31:0] rdata;
  logic [1:0]  rresp;

  logic                 in_valid;
  logic                 in_ready;
  logic [AXIS_BITS-1:0] in_data;
  logic                 in_last;
  logic                 psum_valid;
  logic                 psum_ready;
  logic [AXIS_BITS-1:0] psum_data;
  logic                 out_valid;
  logic                 out_ready;
  logic [AXIS_BITS-1:0] out_data;
  logic                 out_last;
  logic                 out_is_code;

  logic [AXIS_BITS:0]   packets [0:PACKET_BEATS-1];
  logic [AXIS_BITS-1:0] psums [0:PSUM_BEATS-1];
  logic [AXIS_BITS+1:0] results [0:RESULT_COUNT-1];
  logic [87:0]          accesses [0:ACCESS_COUNT-1];

  integer packet_index;
  integer packet_limit;
  integer psum_index;
  integer psum_limit;
  integer result_index;
  integer access_index;
  integer failures;
  integer clocks;
  integer first_seed;
  logic   full_speed;
  logic   finished;

  initial begin
    $readmemh("tb/packets.mem", packets);
    $readmemh("tb/psums.mem", psums);
    $readmemh("tb/results.mem", results);
    $readmemh("tb/accesses.mem", accesses);
    if ($value$plusargs("seed=%d", first_seed) == 0) first_seed = 1;
    full_speed = $test$plusargs("full") != 0;
    if ($test$plusargs("vcd") != 0) begin
      $dumpfile("tally_tb.vcd");
      $dumpvars(0, tally_tb);
    end
  end

  initial begin
    aclk = 1'b0;
    forever #5 aclk = ~aclk;
  end

  // A maximal-length shift register of 32 bits (taps 32, 22, 2, 1) decides on gaps and back-pressure.
  logic [31:0] random;
  logic        go_in;
  logic        go_psum;
  logic        go_out;
  logic [7:0]  hold;
  assign go_in = full_speed || random[1:0] != 2'd0;
  assign go_psum = full_speed || random[10];
  assign go_out = full_speed || (random[20:19] != 2'd0 && hold == 8'd0);

  initial aresetn = 1'b0;
  initial clocks = 0;
  always @(posedge aclk) begin
    clocks <= clocks + 1;
    aresetn <= clocks >= 4;
    if (!aresetn) random <= 32'h1d872b41 ^ first_seed;
    else random <= {random[30:0], random[31] ^ random[21] ^ random[1] ^ random[0]};
  end

  // Packets, up to the limit that the accesses set.
  integer packet_next;
  assign packet_next = in_valid && in_ready ? packet_index + 1 : packet_index;
  always @(posedge aclk) begin
    if (!aresetn) begin
      in_valid <= 1'b0;
      in_last <= 1'b0;
      in_data <= '0;
      packet_index <= 0;
    end else begin
      packet_index <= packet_next;
      if (!in_valid || in_ready) begin
        in_valid <= packet_next < packet_limit && go_in;
        if (packet_next < packet_limit) {in_last, in_data} <= packets[packet_next];
      end
    end
  end

  // Partial sums.
  integer psum_next;
  assign psum_next = psum_valid && psum_ready ? psum_index + 1 : psum_index;
  always @(posedge aclk) begin
    if (!aresetn) begin
      psum_valid <= 1'b0;
      psum_data <= '0;
      psum_index <= 0;
    end else begin
      psum_index <= psum_next;
      if (!psum_valid || psum_ready) begin
        psum_valid <= psum_next < psum_limit && go_psum;
        if (psum_next < psum_limit) psum_data <= psums[psum_next];
      end
    end
  end

  // Results: compared with the files, and they may not change or vanish while they wait.
  logic                 waited;
  logic [AXIS_BITS+1:0] result;
  logic [AXIS_BITS+1:0] waiting;
  assign result = {out_last, out_is_code, out_data};
  always @(posedge aclk) begin
    if (!aresetn) begin
      out_ready <= 1'b0;
      result_index <= 0;
      waited <= 1'b0;
      waiting <= '0;
      hold <= 8'd0;
    end else begin
      out_ready <= go_out;
      // Now and then so long that every buffer fills and the core freezes.
      if (out_valid && out_ready && result_index % 8 == 6) hold <= 8'd250;
      else if (hold != 8'd0) hold <= hold - 8'd1;
      waited <= out_valid && !out_ready;
      waiting <= result;
      if (waited && (!out_valid || result !== waiting)) begin
        failed;
        $display("result %0d changed while it waited: %h, before %h", result_index, result, waiting);
      end
      if (out_valid && out_ready) begin
        result_index <= result_index + 1;
        if (result_index >= RESULT_COUNT) begin
          failed;
          $display("a result more than the %0d expected: %h", RESULT_COUNT, result);
        end else if (result !== results[result_index]) begin
          failed;
          $display("result %0d: expected %h, got %h", result_index, results[result_index], result);
        end
      end
    end
  end

  // Accesses to the registers, one after the other.
  logic [3:0]  kind;
  logic [3:0]  strobes;
  logic [1:0]  response;
  logic [11:0] address;
  logic [31:0] mask;
  logic [31:0] data;
  logic [1:0]  unused_response;
  logic        wrote_address;
  logic        wrote_data;
  logic        asked;
  // What is not valid is garbage.
  logic [31:0] garbage;
  assign garbage = ~random;
  assign {kind, strobes, unused_response, response, address, mask, data} = accesses[access_index];
  always @(posedge aclk) begin
    if (!aresetn) begin
      awvalid <= 1'b0;
      wvalid <= 1'b0;
      bready <= 1'b0;
      arvalid <= 1'b0;
      rready <= 1'b0;
      wrote_address <= 1'b0;
      wrote_data <= 1'b0;
      asked <= 1'b0;
      access_index <= 0;
      packet_limit <= 0;
      psum_limit <= 0;
      finished <= 1'b0;
    end else begin
      bready <= random[5];
      rready <= random[6];
      if (awvalid && awready) awvalid <= 1'b0;
      if (wvalid && wready) wvalid <= 1'b0;
      if (arvalid && arready) arvalid <= 1'b0;
      case (kind)
        WRITE: begin
          if (!wrote_address && random[7]) begin
            awvalid <= 1'b1;
            wrote_address <= 1'b1;
          end
          if (!wrote_data && random[17:16] == 2'd0) begin
            wvalid <= 1'b1;
            wrote_data <= 1'b1;
          end
          if (bvalid && bready) begin
            if (bresp !== response) begin
              failed;
              $display("access %0d, write at %h: expected response %b, got %b", access_index, address, response, bresp);
            end
            wrote_address <= 1'b0;
            wrote_data <= 1'b0;
            access_index <= access_index + 1;
          end
        end
        READ, POLL: begin
          if (!asked && random[7]) begin
            arvalid <= 1'b1;
            asked <= 1'b1;
          end
          if (rvalid && rready) begin
            asked <= 1'b0;
            if (kind == READ || (rdata & mask) === data) access_index <= access_index + 1;
            if (kind == READ && ((rdata & mask) !== data || rresp !== response)) begin
              failed;
              $display("access %0d, read at %h: expected %h under %h with response %b, got %h with %b", access_index,
                       address, data, mask, response, rdata, rresp);
            end
          end
        end
        STREAM: begin
          packet_limit <= data;
          psum_limit <= {20'd0, address};
          if (packet_index >= data && psum_index >= {20'd0, address} && result_index >= mask) access_index <= access_index + 1;
        end
        END: finished <= 1'b1;
        default: ;
      endcase
    end
  end

  // The end.
  initial failures = 0;
  task failed;
    // Several processes may fail in one clock, and each counts.
    // verilator lint_off BLKSEQ
    failures = failures + 1;
    // verilator lint_on BLKSEQ
    $write("FAIL at clock %0d: ", clocks);
  endtask

  always @(posedge aclk) begin
    if (finished) begin
      if (failures == 0 && psum_index == PSUM_COUNT && result_index == RESULT_COUNT)
        $display("PASS %0d results, %0d packets' beats, %0d accesses, %0d clocks", result_index, packet_index,
                 access_index, clocks);
      else
        $display("FAIL %0d differences; %0d of %0d results, %0d of %0d partial sums", failures, result_index,
                 RESULT_COUNT, psum_index, PSUM_COUNT);
      $finish;
    end else if (clocks > TIMEOUT_CLOCKS || failures > 20) begin
      $display("FAIL no end after %0d clocks: %0d differences, %0d of %0d results, access %0d of %0d", clocks, failures,
               result_index, RESULT_COUNT, access_index, ACCESS_COUNT);
      $finish;
    end
  end

  tally_top dut (
    .aclk               (aclk),
    .aresetn            (aresetn),
    .s_axil_awvalid     (awvalid),
    .s_axil_awready     (awready),
    .s_axil_awaddr      (awvalid ? address : garbage[11:0]),
    .s_axil_wvalid      (wvalid),
    .s_axil_wready      (wready),
    .s_axil_wdata       (wvalid ? data : garbage),
    .s_axil_wstrb       (wvalid ? strobes : garbage[3:0]),
    .s_axil_bvalid      (bvalid),
    .s_axil_bready      (bready),
    .s_axil_bresp       (bresp),
    .s_axil_arvalid     (arvalid),
    .s_axil_arready     (arready),
    .s_axil_araddr      (arvalid ? address : garbage[11:0]),
    .s_axil_rvalid      (rvalid),
    .s_axil_rready      (rready),
    .s_axil_rdata       (rdata),
    .s_axil_rresp       (rresp),
    .s_axis_tvalid      (in_valid),
    .s_axis_tready      (in_ready),
    .s_axis_tdata       (in_valid ? in_data : ~in_data),
    .s_axis_tlast       (in_valid ? in_last : ~in_last),
    .s_axis_psum_tvalid (psum_valid),
    .s_axis_psum_tready (psum_ready),
    .s_axis_psum_tdata  (psum_valid ? psum_data : ~psum_data),
    .m_axis_tvalid      (out_valid),
    .m_axis_tready      (out_ready),
    .m_axis_tdata       (out_data),
    .m_axis_tlast       (out_last),
    .m_axis_tuser       (out_is_code)
  );

endmodule
