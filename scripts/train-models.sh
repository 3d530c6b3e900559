#!/bin/sh
# Trains the four shipped networks on Fashion-MNIST: the full-precision parent, then from it W3A2, W3A3
# (both sign-magnitude) and W3A3 two's complement, and lowers these three to integers. Finished networks
# are skipped, interrupted ones go on from their checkpoint and end in the same bytes. About an hour on
# two idle cores.
#
#   scripts/train-models.sh [OUTPUT_DIRECTORY]     default: out/models
#   TALLY_DATA=DIRECTORY                           default: /usr/share/datasets/fashion-mnist
set -eu
cd "$(dirname "$0")/.."
out=${1:-out/models}
data=${TALLY_DATA:-/usr/share/datasets/fashion-mnist}
mkdir -p "$out"

train() {
  name=$1
  shift
  if [ -e "$out/$name.model" ]; then
    echo "$name: done already"
    return
  fi
  echo "$name: $*"
  node_modules/.bin/node --conditions=source packages/cli/src/main.ts train \
    --data "$data" --name "resnet8-$name" --out "$out/$name.model" --seed 1 --batch 64 --resume "$@" \
    >>"$out/$name.log" 2>&1
}

train fp32 --precision fp32 --epochs 24 --lr 0.1 --warmup 1 --weight-decay 5e-4 --threads 2

# One thread each, two side by side: faster than one after the other on two threads.
train w3a2 --precision w3a2 --init "$out/fp32.model" --epochs 20 --lr 0.02 --warmup 0.25 --weight-decay 1e-4 --threads 1 &
w3a2=$!
train w3a3 --precision w3a3 --init "$out/fp32.model" --epochs 12 --lr 0.02 --warmup 0.25 --weight-decay 1e-4 --threads 1
train w3a3-twos --precision w3a3-twos --init "$out/fp32.model" --epochs 12 --lr 0.02 --warmup 0.25 --weight-decay 1e-4 --threads 1
wait "$w3a2"

for name in w3a2 w3a3 w3a3-twos; do
  node_modules/.bin/node --conditions=source packages/cli/src/main.ts quantize "$out/$name.model" -o "$out/resnet8-$name.tally"
done
