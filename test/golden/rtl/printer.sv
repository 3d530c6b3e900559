// Leaf.

(* keep_hierarchy, cell = "DFF" *)
module leaf #(
  parameter logic [3:0] START = 4'd3
) (
  input  logic       clk,
  output logic [3:0] q /* verilator public_flat_rd */
);

  /* verilator no_inline_module */ // Many instances: keeps simulators from one huge expression.

  always_ff @(posedge clk) begin
    q <= START;
  end

endmodule

// Top.
//
// Second paragraph.

module top (
  input  logic       clk,
  input  logic [7:0] a,
  output logic [7:0] b,
  output logic [7:0] c
);

  localparam logic [7:0] FIVE = 8'd5;

  logic [7:0] memory [0:3] /* verilator public_flat_rd */;
  (* keep *) logic [15:0] parts;

  // Four of them.
  for (genvar i = 0; i < 4; i = i + 1) begin : part
    leaf #(.START(7)) u_leaf (
      .clk (clk),
      .q   (parts[i * 4 +: 4])
    );
  end

  always_comb begin
    b = memory[a[0 +: 2]];
  end

  // verilator lint_off UNUSEDSIGNAL
  // Only the low bits are used.
  assign c = FIVE;
  // verilator lint_on UNUSEDSIGNAL

  initial begin
    memory[0] = 8'd0;
  end

endmodule
