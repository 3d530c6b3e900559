/** Integers, first in first out, without an allocation per item. */
export class IntegerQueue {
  private items = new Int32Array(64);
  private head = 0;
  private count = 0;

  get length(): number {
    return this.count;
  }

  push(value: number): void {
    const { items } = this;
    if (this.count === items.length) {
      const larger = new Int32Array(2 * items.length);
      larger.set(items.subarray(this.head));
      larger.set(items.subarray(0, this.head), items.length - this.head);
      this.items = larger;
      this.head = 0;
    }
    this.items[(this.head + this.count) & (this.items.length - 1)] = value;
    this.count++;
  }

  /** The oldest item. Only when there is one. */
  get first(): number {
    return this.items[this.head];
  }

  /** Takes the oldest item. Only when there is one. */
  shift(): number {
    const value = this.items[this.head];
    this.head = (this.head + 1) & (this.items.length - 1);
    this.count--;
    return value;
  }
}
