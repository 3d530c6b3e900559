/** The part of wavedrom that the documentation's diagrams use. */
declare module 'wavedrom' {
  type Onml = readonly [string, ...unknown[]];
  const wavedrom: {
    renderAny(index: number, source: unknown, skins: unknown): Onml;
    readonly waveSkin: unknown;
    readonly onml: { stringify(tree: Onml, indent?: number): string };
  };
  export default wavedrom;
}
