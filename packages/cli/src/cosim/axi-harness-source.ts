/**
 * The harness of `tally_top`: drives all AXI channels with random gaps, compares results in order, reads the registers at
 * the end, and logs what the pins of the core inside see, in the format of `protocol.ts` with the circuit's own records.
 *
 * Standard input, 32-bit words: seed, words of a beat, beats, sums, results, commands; per beat its data and 1 for the
 * last; per sum the results that must have come before it and its data; per result its data, 1 for a code, 1 for the last.
 * File descriptor 3: the log. With --vcd, --from and --to a model built for tracing writes these clocks as VCD, two time
 * steps a clock.
 */
export const AXI_HARNESS = String.raw`// Part of Tally's co-simulation harness: the same for every circuit.
#include <cstdio>
#include <cstdlib>
#include <memory>
#include "layout.h"
#ifdef TALLY_TRACE
#include "verilated_vcd_c.h"
#endif

double sc_time_stamp() { return 0; }

namespace {

constexpr uint32_t kMostWords = 2;
constexpr uint64_t kStuck = 200000;

struct Beat { uint32_t data[kMostWords] = {0, 0}; uint32_t flag = 0, last = 0; };
struct Sum { uint32_t after = 0; uint32_t data[kMostWords] = {0, 0}; };

uint32_t word() {
  uint32_t value = 0;
  if (std::fread(&value, 4, 1, stdin) != 1) {
    std::printf("{\"kind\":\"truncated\",\"clock\":0}\n");
    std::exit(1);
  }
  return value;
}

template <typename T> void put(T& pin, const uint32_t* data) {
  if constexpr (sizeof(T) == 8) pin = data[0] | static_cast<uint64_t>(data[1]) << 32;
  else pin = static_cast<T>(data[0]);
}

struct Options {
  const char* vcd = nullptr;
  uint64_t from = 0, to = 0;
};

class Harness {
 public:
  explicit Harness(const Options& options) : options_(options), log_(fdopen(3, "wb")) {
#ifdef TALLY_TRACE
    context_.traceEverOn(true);
#endif
    top_ = std::make_unique<Model>(&context_);
#ifdef TALLY_TRACE
    if (options_.vcd) {
      vcd_ = std::make_unique<VerilatedVcdC>();
      top_->trace(vcd_.get(), 99);
    }
#endif
    state_ = word() | 1ull << 40;
    words_ = word();
    beats_.resize(word());
    sums_.resize(word());
    results_.resize(word());
    commands_ = word();
    for (Beat& beat : beats_) { read(beat.data); beat.last = word(); }
    for (Sum& sum : sums_) { sum.after = word(); read(sum.data); }
    for (Beat& beat : results_) { read(beat.data); beat.flag = word(); beat.last = word(); }
    for (double* habit : {&beatHabit_, &sumHabit_, &resultHabit_, &liteHabit_}) *habit = 0.1 + 0.9 * unit();
  }

  int run() {
    top_->aresetn = 0;
    for (int i = 0; i < 4; ++i) tick();
    top_->aresetn = 1;
    tick();
    write(0x008, 1);
    while (result_ < results_.size() && status_ == 0) tick();
    for (int i = 0; i < 1000 && status_ == 0 && (read(0x00c) & 1); ++i) {}
    for (int i = 0; i < 20 && status_ == 0; ++i) tick();
    if (status_ == 0) finish();
    std::fclose(log_);
#ifdef TALLY_TRACE
    if (vcd_) vcd_->close();
#endif
    return status_;
  }

 private:
  void read(uint32_t* data) { for (uint32_t i = 0; i < words_; ++i) data[i] = word(); }
  double unit() {
    state_ ^= state_ << 13; state_ ^= state_ >> 7; state_ ^= state_ << 17;
    return static_cast<double>(state_ >> 11) / 9007199254740992.0;
  }
  bool chance(double probability) { return unit() < probability; }

  /** One clock of every stream; a valid that was raised stays until it is taken. */
  void tick() {
    Model* top = top_.get();
    const bool running = top->aresetn;
    if (running && !top->s_axis_tvalid && beat_ < beats_.size() && chance(beatHabit_)) {
      top->s_axis_tvalid = 1;
      put(top->s_axis_tdata, beats_[beat_].data);
      top->s_axis_tlast = beats_[beat_].last;
    }
    if (running && !top->s_axis_psum_tvalid && sum_ < sums_.size() && sums_[sum_].after <= result_ && chance(sumHabit_)) {
      top->s_axis_psum_tvalid = 1;
      put(top->s_axis_psum_tdata, sums_[sum_].data);
    }
    top->m_axis_tready = running && chance(resultHabit_);
    top->aclk = 0;
    top->eval();
    dump(2 * clock_);
    const bool beat = top->s_axis_tvalid && top->s_axis_tready, sum = top->s_axis_psum_tvalid && top->s_axis_psum_tready;
    if (running && top->m_axis_tvalid && top->m_axis_tready) take();
    aw_ = top->s_axil_awvalid && top->s_axil_awready;
    w_ = top->s_axil_wvalid && top->s_axil_wready;
    b_ = top->s_axil_bvalid && top->s_axil_bready;
    ar_ = top->s_axil_arvalid && top->s_axil_arready;
    r_ = top->s_axil_rvalid && top->s_axil_rready;
    if (r_) { data_ = top->s_axil_rdata; response_ = top->s_axil_rresp; }
    if (b_) response_ = top->s_axil_bresp;
    std::vector<uint32_t> line(1 + kCommandWords + kPartialSumWords + kRecordWords, 0);
    line[0] = log_pins(top->rootp, line.data() + 1);
    uint32_t* record = line.data() + 1 + kCommandWords + kPartialSumWords;
    sample_wires(top->rootp, record);
    top->aclk = 1;
    top->eval();
    dump(2 * clock_ + 1);
    sample_registers(top->rootp, record);
    std::fwrite(line.data(), 4, line.size(), log_);
    if (beat) { top->s_axis_tvalid = 0; ++beat_; quiet_ = 0; }
    if (sum) { top->s_axis_psum_tvalid = 0; ++sum_; quiet_ = 0; }
    ++clock_;
    if (++quiet_ > kStuck && status_ == 0) leftover("nothing moves any more");
  }

  void dump(uint64_t time) {
#ifdef TALLY_TRACE
    if (!vcd_ || clock_ < options_.from || clock_ > options_.to) return;
    if (!vcd_->isOpen()) vcd_->open(options_.vcd);
    vcd_->dump(time);
#else
    (void)time;
#endif
  }

  void take() {
    quiet_ = 0;
    if (result_ >= results_.size()) return leftover("a result that nobody expects");
    uint32_t got[kMostWords] = {static_cast<uint32_t>(top_->m_axis_tdata), 0};
    if constexpr (sizeof(top_->m_axis_tdata) == 8) got[1] = static_cast<uint32_t>(static_cast<uint64_t>(top_->m_axis_tdata) >> 32);
    const Beat& want = results_[result_];
    const bool same = got[0] == want.data[0] && (words_ < 2 || got[1] == want.data[1]) &&
                      top_->m_axis_tuser == want.flag && top_->m_axis_tlast == want.last;
    if (!same && status_ == 0) {
      std::printf("{\"kind\":\"difference\",\"clock\":%llu,\"signals\":[{\"signal\":\"m_axis beat %zu\",\"expected\":\"0x%08x%08x user %u last %u\",\"got\":\"0x%08x%08x user %u last %u\"}]}\n",
                  static_cast<unsigned long long>(clock_), result_, want.data[1], want.data[0], want.flag, want.last, got[1], got[0],
                  static_cast<unsigned>(top_->m_axis_tuser), static_cast<unsigned>(top_->m_axis_tlast));
      status_ = 1;
    }
    ++result_;
  }

  void write(uint32_t address, uint32_t data) {
    Model* top = top_.get();
    bool address_left = true, data_left = true, answered = false;
    while (!answered && status_ == 0) {
      if (address_left && !top->s_axil_awvalid && chance(liteHabit_)) { top->s_axil_awvalid = 1; top->s_axil_awaddr = address; }
      if (data_left && !top->s_axil_wvalid && chance(liteHabit_)) { top->s_axil_wvalid = 1; top->s_axil_wdata = data; top->s_axil_wstrb = 15; }
      top->s_axil_bready = chance(liteHabit_);
      tick();
      if (aw_) { top->s_axil_awvalid = 0; address_left = false; }
      if (w_) { top->s_axil_wvalid = 0; data_left = false; }
      answered = b_;
    }
    top->s_axil_bready = 0;
    if (response_ != 0) leftover("a register write was refused");
  }

  uint32_t read(uint32_t address) {
    Model* top = top_.get();
    bool asked = false, answered = false;
    while (!answered && status_ == 0) {
      if (!asked && !top->s_axil_arvalid && chance(liteHabit_)) { top->s_axil_arvalid = 1; top->s_axil_araddr = address; }
      top->s_axil_rready = chance(liteHabit_);
      tick();
      if (ar_) { top->s_axil_arvalid = 0; asked = true; }
      answered = r_;
    }
    top->s_axil_rready = 0;
    if (response_ != 0) leftover("a register read was refused");
    return data_;
  }

  void finish() {
    const uint32_t status = read(0x00c), error = read(0x010), steps = read(0x048), results = read(0x050);
    std::string left;
    const auto check = [&](const char* what, uint64_t expected, uint64_t got) {
      if (expected == got) return;
      left += std::string(left.empty() ? "\"" : ",\"") + what + ": expected " + std::to_string(expected) + ", got " + std::to_string(got) + "\"";
    };
    check("STATUS", 0, status);
    check("ERROR", 0, error);
    check("STEPS", commands_, steps);
    check("RESULTS", results_.size(), results);
    check("beats taken", beats_.size(), beat_);
    check("partial sums taken", sums_.size(), sum_);
    if (status_ != 0) return;
    if (left.empty()) std::printf("{\"kind\":\"agreed\",\"clocks\":%llu}\n", static_cast<unsigned long long>(clock_));
    else {
      std::printf("{\"kind\":\"leftover\",\"clock\":%llu,\"what\":[%s]}\n", static_cast<unsigned long long>(clock_), left.c_str());
      status_ = 1;
    }
  }

  void leftover(const char* what) {
    if (status_ != 0) return;
    std::printf("{\"kind\":\"leftover\",\"clock\":%llu,\"what\":[\"%s\"]}\n", static_cast<unsigned long long>(clock_), what);
    status_ = 1;
  }

  Options options_;
  std::FILE* log_;
  VerilatedContext context_;
  std::unique_ptr<Model> top_;
#ifdef TALLY_TRACE
  std::unique_ptr<VerilatedVcdC> vcd_;
#endif
  uint64_t state_ = 1, clock_ = 0, quiet_ = 0;
  uint32_t words_ = 0, commands_ = 0, data_ = 0, response_ = 0;
  std::vector<Beat> beats_, results_;
  std::vector<Sum> sums_;
  size_t beat_ = 0, sum_ = 0, result_ = 0;
  double beatHabit_ = 1, sumHabit_ = 1, resultHabit_ = 1, liteHabit_ = 1;
  bool aw_ = false, w_ = false, b_ = false, ar_ = false, r_ = false;
  int status_ = 0;
};

}  // namespace

int main(int count, char** arguments) {
  Options options;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string name = arguments[i];
    if (name == "--vcd") options.vcd = arguments[i + 1];
    else if (name == "--from") options.from = std::strtoull(arguments[i + 1], nullptr, 10);
    else if (name == "--to") options.to = std::strtoull(arguments[i + 1], nullptr, 10);
    else return std::fprintf(stderr, "unknown option %s\n", name.c_str()), 2;
  }
  return Harness(options).run();
}
`;
