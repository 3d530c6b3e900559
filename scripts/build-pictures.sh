#!/usr/bin/env bash
# Makes the pictures of the documentation from real output:
#   docs/images/reproduce.svg   tally reproduce zhu2020, as text in SVG
#   docs/images/report.png      top of the HTML report of npm run demo (needs chromium; Debian: apt-get install chromium)
#   docs/images/mapping.png     the same of tally map on sixteen macros
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/node_modules/.bin:$PATH"
mkdir -p docs/images
node --conditions=source scripts/terminal-picture.ts docs/images/reproduce.svg --lines 20 reproduce zhu2020
node --conditions=source packages/cli/src/main.ts demo --out out > /dev/null
node --conditions=source packages/cli/src/main.ts map models/resnet8-w3a2.tally --system zhu2020-x16 --html out/mapping.html > /dev/null

# Picture of the top of a page: page, picture, height.
picture() {
  chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --blink-settings=preferredColorScheme=1 --force-device-scale-factor=1.5 \
    --window-size="1200,$3" --screenshot="$PWD/$2" "file://$PWD/$1" 2> /dev/null
}
picture out/report.html docs/images/report.png 1010
picture out/mapping.html docs/images/mapping.png 1190
