/** A queue of queues that take turns: one that is long does not hold up the others. */
export class Lanes<T> {
  private readonly lanes = new Map<string, T[]>();

  /** @param most items that one lane may hold */
  constructor(private readonly most: number) {}

  get size(): number {
    let size = 0;
    for (const lane of this.lanes.values()) size += lane.length;
    return size;
  }

  /** Adds an item at the end of its lane; false when that is full. */
  push(name: string, item: T): boolean {
    const lane = this.lanes.get(name);
    if (lane === undefined) this.lanes.set(name, [item]);
    else if (lane.length >= this.most) return false;
    else lane.push(item);
    return true;
  }

  /** Takes the first item of the lane whose turn it is. */
  shift(): T | undefined {
    const [next] = this.lanes;
    if (next === undefined) return undefined;
    const [name, lane] = next;
    this.lanes.delete(name);
    const item = lane.shift();
    if (lane.length > 0) this.lanes.set(name, lane);
    return item;
  }

  /** Takes everything. */
  drain(): T[] {
    const items = [...this.lanes.values()].flat();
    this.lanes.clear();
    return items;
  }
}
