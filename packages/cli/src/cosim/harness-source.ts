/** Templates that the generated header uses: Verilator's integer types as words, least significant first. */
export const HARNESS_SUPPORT = String.raw`// Part of Tally's co-simulation harness: the same for every circuit.
#pragma once
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>
#include "verilated.h"

/** Where a value lies in a record; one of more than 32 bits begins at bit 0 of its first word. */
struct Place { uint32_t word, shift, bits; };
struct Signal { const char* name; Place place; };
struct MemorySignal { const char* name; uint32_t bits, depth; Place written, index, value; };

/** Entries of a memory as the circuit holds them, as they are expected, and which were ever written. */
struct Memory {
  std::vector<uint32_t> got, expected;
  std::vector<uint8_t> known;
};

template <uint32_t Words, typename T> static inline void drive(T& pin, const uint32_t* words) {
  if constexpr (Words == 1) pin = static_cast<T>(words[0]);
  else if constexpr (Words == 2) pin = words[0] | static_cast<uint64_t>(words[1]) << 32;
  else std::memcpy(pin.data(), words, Words * sizeof(uint32_t));
}

template <uint32_t Words, typename T> static inline void copy(const T& signal, uint32_t* words) {
  if constexpr (Words == 1) words[0] = static_cast<uint32_t>(signal);
  else if constexpr (Words == 2) {
    words[0] = static_cast<uint32_t>(signal);
    words[1] = static_cast<uint32_t>(static_cast<uint64_t>(signal) >> 32);
  } else std::memcpy(words, signal.data(), Words * sizeof(uint32_t));
}

/** Adds a value to a record that was all zero. */
template <uint32_t Words, uint32_t Shift, typename T> static inline void sample(const T& signal, uint32_t* words) {
  if constexpr (Words == 1) words[0] |= static_cast<uint32_t>(signal) << Shift;
  else copy<Words>(signal, words);
}

static inline uint32_t mask_of(uint32_t bits) { return bits >= 32 ? ~0u : (1u << bits) - 1; }

/** The words of a value in a record. */
static inline std::vector<uint32_t> extract(const uint32_t* record, const Place& place) {
  if (place.bits <= 32) return {record[place.word] >> place.shift & mask_of(place.bits)};
  return std::vector<uint32_t>(record + place.word, record + place.word + (place.bits + 31) / 32);
}
`;

/**
 * The harness: reads stimulus and expected records from standard input (`protocol.ts`), clocks the circuit, compares
 * every signal on every clock and stops at the first difference.
 *
 * Options: `--vcd FILE --from N --to M` (only where built with TALLY_TRACE) dump these clocks and go on behind a
 * difference until M; `--collect` reads the whole stream first, then runs it with records written to memory and
 * not compared, and says how long that took.
 */
export const HARNESS = String.raw`// Part of Tally's co-simulation harness: the same for every circuit.
#include <unistd.h>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include "layout.h"
#ifdef TALLY_TRACE
#include "verilated_vcd_c.h"
#endif

double sc_time_stamp() { return 0; }

namespace {

enum : uint32_t {
  kResetN = 1, kCommandValid = 2, kPartialSumValid = 4, kOutReady = 8, kCommandFollows = 16, kPartialSumFollows = 32,
  kRestart = 0x80000000u, kFinish = 0x80000001u
};

/** Words of standard input; a pointer stays good until the next call. */
class Input {
 public:
  explicit Input(bool whole) : buffer_(1 << 18) {
    if (whole) while (fill()) {}
  }
  const uint32_t* take(size_t words) {
    while ((end_ - begin_) / 4 < words) if (!fill()) return nullptr;
    const uint32_t* at = reinterpret_cast<const uint32_t*>(reinterpret_cast<const char*>(buffer_.data()) + begin_);
    begin_ += words * 4;
    return at;
  }
  bool at_end() { return end_ - begin_ < 4 && !fill(); }

 private:
  bool fill() {
    char* bytes = reinterpret_cast<char*>(buffer_.data());
    if (begin_ > 0) {
      std::memmove(bytes, bytes + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    if (end_ == buffer_.size() * 4) {
      buffer_.resize(buffer_.size() * 2);
      bytes = reinterpret_cast<char*>(buffer_.data());
    }
    const ssize_t count = read(0, bytes + end_, buffer_.size() * 4 - end_);
    if (count <= 0) return false;
    end_ += static_cast<size_t>(count);
    return true;
  }
  std::vector<uint32_t> buffer_;
  size_t begin_ = 0, end_ = 0;
};

std::string hex(const uint32_t* words, uint32_t bits) {
  std::string text;
  char part[9];
  for (uint32_t word = (bits + 31) / 32; word-- > 0;) {
    std::snprintf(part, sizeof part, "%08x", words[word]);
    text += part;
  }
  return "0x" + text.substr(text.size() - (bits + 3) / 4);
}

struct Difference { std::string signal, expected, got; };

struct Options {
  const char* vcd = nullptr;
  uint64_t from = 0, to = 0;
  bool collect = false;
};

class Harness {
 public:
  explicit Harness(const Options& options) : options_(options), input_(options.collect) { restart(); }

  int run() {
    const auto start = std::chrono::steady_clock::now();
    int status = 0;
    while (status == 0 && !input_.at_end()) {
      const uint32_t head = *input_.take(1);
      if (head == kRestart) restart();
      else if (head == kFinish) status = finish();
      else status = clock(head);
    }
    if (options_.collect) {
      const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
      uint64_t sum = 0;
      for (uint32_t word : collected_) sum = sum * 6364136223846793005u + word + 1442695040888963407u;
      std::printf("{\"kind\":\"collected\",\"clocks\":%llu,\"seconds\":%.6f,\"checksum\":\"%016llx\"}\n",
                  static_cast<unsigned long long>(total_), spent.count(), static_cast<unsigned long long>(sum));
    } else if (status == 0 && open_) status = truncated();
#ifdef TALLY_TRACE
    if (vcd_) vcd_->close();
#endif
    std::fflush(stdout);
    return status;
  }

 private:
  void restart() {
#ifdef TALLY_TRACE
    vcd_.reset();
#endif
    top_.reset();
    context_ = std::make_unique<VerilatedContext>();
#ifdef TALLY_TRACE
    context_->traceEverOn(true);
#endif
    top_ = std::make_unique<Model>(context_.get());
    mask_.assign(kRecordWords, 0);
    for (const Signal& signal : kSignals) {
      const Place& place = signal.place;
      for (uint32_t bit = 0; bit < place.bits; ++bit)
        mask_[place.word + (place.shift + bit) / 32] |= 1u << (place.shift + bit) % 32;
    }
    command_.assign(std::max(1u, kCommandWords), 0);
    got_.assign(kRecordWords, 0);
    memories_.clear();
    for (const MemorySignal& memory : kMemories) {
      const uint32_t words = memory.depth * ((memory.bits + 31) / 32);
      memories_.push_back({std::vector<uint32_t>(words), std::vector<uint32_t>(words), std::vector<uint8_t>(memory.depth)});
    }
    clock_ = taken_ = results_ = sums_ = 0;
    offered_ = false;
    open_ = false;
    top_->clk = 0;
    drive_command(top_.get(), zeros_.data());
    top_->eval();
#ifdef TALLY_TRACE
    if (options_.vcd) {
      vcd_ = std::make_unique<VerilatedVcdC>();
      top_->trace(vcd_.get(), 99);
    }
#endif
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

  int clock(uint32_t head) {
    open_ = true;
    Model* top = top_.get();
    if (head & kCommandFollows) {
      const uint32_t* words = input_.take(kCommandWords);
      if (!words) return truncated();
      std::copy(words, words + kCommandWords, command_.begin());
      offered_ = false;
    }
    if (head & kPartialSumFollows) {
      const uint32_t* words = input_.take(kPartialSumWords);
      if (!words) return truncated();
      drive_partial_sum(top, words);
    }
    const bool offer = head & kCommandValid;
    if (offer != offered_) {
      drive_command(top, offer ? command_.data() : zeros_.data());
      offered_ = offer;
    }
    top->rst_n = (head & kResetN) != 0;
    top->cmd_valid = offer;
    top->psum_valid = (head & kPartialSumValid) != 0;
    top->out_ready = (head & kOutReady) != 0;
    top->clk = 0;
    top->eval();
    dump(2 * clock_);
    uint32_t* got = options_.collect ? collect() : got_.data();
    std::memset(got, 0, kRecordWords * sizeof(uint32_t));
    sample_wires(top->rootp, got);
    taken_ += offer && top->cmd_ready;
    results_ += (head & kOutReady) && top->out_valid;
    sums_ += (head & kPartialSumValid) && top->psum_ready;
    top->clk = 1;
    top->eval();
    dump(2 * clock_ + 1);
    sample_registers(top->rootp, got);
    ++total_;
    int status = 0;
    if (!options_.collect) {
      const uint32_t* expected = input_.take(kRecordWords);
      if (!expected) return truncated();
      status = compare(expected);
    } else sample_memories(top->rootp, memories_);
    if (options_.vcd) {
      if (status != 0) failed_ = true;
      status = clock_ >= options_.to ? 1 : 0;
    }
    ++clock_;
    return status;
  }

  uint32_t* collect() {
    if (collected_.empty()) collected_.resize(static_cast<size_t>(kRecordWords) << 16);
    uint32_t* record = collected_.data() + static_cast<size_t>(kRecordWords) * (total_ & 0xffff);
    return record;
  }

  int compare(const uint32_t* expected) {
    for (size_t i = 0; i < kMemories.size(); ++i) expect_write(kMemories[i], memories_[i], expected);
    sample_memories(top_->rootp, memories_);
    uint32_t differing = 0;
    for (uint32_t i = 0; i < kRecordWords; ++i) differing |= got_[i] ^ (expected[i] & mask_[i]);
    bool same = differing == 0;
    for (size_t i = 0; i < kMemories.size() && same; ++i) same = agrees(kMemories[i], memories_[i]);
    return same ? 0 : report(expected);
  }

  void expect_write(const MemorySignal& memory, Memory& copy, const uint32_t* expected) {
    const uint32_t index = extract(expected, memory.index)[0];
    if (!extract(expected, memory.written)[0] || index >= memory.depth) return;
    const std::vector<uint32_t> value = extract(expected, memory.value);
    copy.known[index] = 1;
    std::copy(value.begin(), value.end(), copy.expected.begin() + index * value.size());
  }

  static bool agrees(const MemorySignal& memory, const Memory& copy) {
    const uint32_t words = (memory.bits + 31) / 32;
    for (uint32_t i = 0; i < memory.depth; ++i) {
      if (copy.known[i] && !std::equal(copy.got.begin() + i * words, copy.got.begin() + (i + 1) * words,
                                       copy.expected.begin() + i * words)) return false;
    }
    return true;
  }

  int report(const uint32_t* expected) {
    std::vector<Difference> found;
    for (const Signal& signal : kSignals) {
      const std::vector<uint32_t> want = extract(expected, signal.place), have = extract(got_.data(), signal.place);
      if (want != have) found.push_back({signal.name, hex(want.data(), signal.place.bits), hex(have.data(), signal.place.bits)});
    }
    for (size_t m = 0; m < kMemories.size(); ++m) {
      const MemorySignal& memory = kMemories[m];
      const uint32_t words = (memory.bits + 31) / 32;
      for (uint32_t i = 0; i < memory.depth; ++i) {
        const uint32_t* want = memories_[m].expected.data() + i * words;
        const uint32_t* have = memories_[m].got.data() + i * words;
        if (memories_[m].known[i] && std::memcmp(want, have, words * 4) != 0)
          found.push_back({memory.name + ("[" + std::to_string(i) + "]"), hex(want, memory.bits), hex(have, memory.bits)});
      }
    }
    if (found.empty()) found.push_back({"record", "a word that belongs to no signal", "0"});
    if (failed_) return 1;
    std::printf("{\"kind\":\"difference\",\"clock\":%llu,\"signals\":[", static_cast<unsigned long long>(clock_));
    for (size_t i = 0; i < found.size(); ++i)
      std::printf("%s{\"signal\":\"%s\",\"expected\":\"%s\",\"got\":\"%s\"}", i ? "," : "", found[i].signal.c_str(),
                  found[i].expected.c_str(), found[i].got.c_str());
    std::printf("]}\n");
    return 1;
  }

  int finish() {
    const uint32_t* counts = input_.take(3);
    if (!counts) return truncated();
    open_ = false;
    if (options_.collect) return 0;
    std::vector<std::string> left;
    check(left, "commands taken", counts[0], taken_);
    check(left, "results taken", counts[1], results_);
    check(left, "partial sums taken", counts[2], sums_);
    if (top_->busy) left.push_back("the circuit is busy");
    if (top_->out_valid) left.push_back("a result waits");
    const unsigned long long clocks = clock_;
    if (left.empty()) {
      std::printf("{\"kind\":\"agreed\",\"clocks\":%llu}\n", clocks);
      std::fflush(stdout);
      return 0;
    }
    std::printf("{\"kind\":\"leftover\",\"clock\":%llu,\"what\":[", clocks);
    for (size_t i = 0; i < left.size(); ++i) std::printf("%s\"%s\"", i ? "," : "", left[i].c_str());
    std::printf("]}\n");
    return 1;
  }

  static void check(std::vector<std::string>& left, const char* what, uint32_t expected, uint32_t got) {
    if (expected != got)
      left.push_back(std::string(what) + ": expected " + std::to_string(expected) + ", got " + std::to_string(got));
  }

  int truncated() {
    std::printf("{\"kind\":\"truncated\",\"clock\":%llu}\n", static_cast<unsigned long long>(clock_));
    return 1;
  }

  Options options_;
  Input input_;
  std::unique_ptr<VerilatedContext> context_;
  std::unique_ptr<Model> top_;
#ifdef TALLY_TRACE
  std::unique_ptr<VerilatedVcdC> vcd_;
#endif
  std::vector<uint32_t> command_, got_, mask_, collected_;
  std::vector<uint32_t> zeros_ = std::vector<uint32_t>(std::max(1u, kCommandWords), 0);
  std::vector<Memory> memories_;
  uint64_t clock_ = 0, total_ = 0;
  uint32_t taken_ = 0, results_ = 0, sums_ = 0;
  bool offered_ = false, open_ = false, failed_ = false;
};

}  // namespace

int main(int count, char** arguments) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string name = arguments[i];
    const char* value = i + 1 < count ? arguments[i + 1] : "";
    if (name == "--collect") options.collect = true;
    else if (name == "--vcd") options.vcd = value, ++i;
    else if (name == "--from") options.from = std::strtoull(value, nullptr, 10), ++i;
    else if (name == "--to") options.to = std::strtoull(value, nullptr, 10), ++i;
    else return std::fprintf(stderr, "unknown option %s\n", name.c_str()), 2;
  }
  return Harness(options).run();
}
`;
