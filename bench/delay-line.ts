/**
 * Hands on what is put into it, in order, each after the delay that `delayMs` tells at that moment.
 * Nothing waits for what is before it: two that come together arrive together.
 */
export function delayLine<Item>(deliver: (item: Item) => void, delayMs: () => number) {
  const line: Item[] = [];
  let last = 0;
  return (item: Item): void => {
    const now = performance.now();
    // When the delay is made shorter, nothing overtakes what was put in before.
    last = Math.max(last, now + delayMs());
    line.push(item);
    // Whichever timer fires first delivers the first of the line.
    setTimeout(() => deliver(line.shift() as Item), last - now);
  };
}
