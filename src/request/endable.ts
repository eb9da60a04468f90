/**
 * The generator, ended from outside at once: `stop` makes whatever it waits for come. By itself a generator that waits
 * takes `return` only after the event that it waits for, which may never come.
 */
export function endable<T>(generator: AsyncGenerator<T, void>, stop: () => void): AsyncGenerator<T, void> {
  const ended: AsyncGenerator<T, void> = Object.create(generator);
  ended.next = () => generator.next();
  ended.return = (value) => {
    stop();
    return generator.return(value);
  };
  ended.throw = (error) => {
    stop();
    return generator.throw(error);
  };
  ended[Symbol.asyncIterator] = () => ended;
  return ended;
}
