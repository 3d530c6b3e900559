#!/usr/bin/env bash
# Makes the pictures of the documentation from real output:
#   docs/images/reproduce.svg   tally reproduce zhu2020, as text in SVG
#   docs/images/report.png      top of the HTML report of npm run demo (needs chromium; Debian: apt-get install chromium)
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/node_modules/.bin:$PATH"
mkdir -p docs/images
node --conditions=source scripts/terminal-picture.ts docs/images/reproduce.svg --lines 20 reproduce zhu2020
node --conditions=source packages/cli/src/main.ts demo --out out > /dev/null
chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --force-device-scale-factor=1.5 \
  --window-size=1200,1010 --screenshot="$PWD/docs/images/report.png" "file://$PWD/out/report.html" 2> /dev/null
