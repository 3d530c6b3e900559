#!/usr/bin/env bash
# Installs the Debian packages with which the circuit's tests run: simulation, synthesis, proofs, static timing. Nothing else in Tally needs them.
set -euo pipefail

packages=(verilator g++ make yosys python3 iverilog z3 cvc5 boolector qflow-tech-osu018 opensta)

missing=()
for package in "${packages[@]}"; do
  if ! dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed'; then
    missing+=("$package")
  fi
done
if [ ${#missing[@]} -eq 0 ]; then
  echo "tools: all installed (${packages[*]})"
  exit 0
fi

root=()
if [ "$(id -u)" -ne 0 ]; then root=(sudo); fi
if ! command -v apt-get >/dev/null || { [ ${#root[@]} -gt 0 ] && ! command -v sudo >/dev/null; }; then
  echo "tools: cannot install ${missing[*]} here" >&2
  echo "  fix   as root on Debian 12 or later: apt-get install ${missing[*]}; or run 'npm test' without them: their tests are skipped" >&2
  exit 1
fi
echo "tools: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
"${root[@]}" apt-get -qq update
"${root[@]}" apt-get -qq install --yes --no-install-recommends "${missing[@]}" >/dev/null
echo 'tools: installed'
