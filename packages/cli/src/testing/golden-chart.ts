import { fileURLToPath } from 'node:url';
import { PAGE_STYLE } from '../html/page-style.ts';

/** A drawing that a viewer opens on its own: the page's light colours in place of its variables. */
export function standalone(svg: string): string {
  const colors = new Map<string, string>();
  const light = PAGE_STYLE.slice(0, PAGE_STYLE.indexOf('@media'));
  for (const [, name = '', color = ''] of light.matchAll(/(--[\w-]+): (#[0-9a-f]+)/g))
    colors.set(name, color);
  return svg
    .replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ')
    .replace(/var\((--[\w-]+)\)/g, (_, name: string) => colors.get(name) ?? name)
    .replaceAll('><', '>\n<');
}

/** Path of a chart's golden file; `vitest run -u` writes it again. */
export function goldenChart(name: string): string {
  return fileURLToPath(new URL(`../../../../test/golden/charts/${name}.svg`, import.meta.url));
}
