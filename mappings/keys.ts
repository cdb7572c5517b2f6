/** `Object.keys` with the type of the keys. Only for objects that were built whole in our own code. */
export function keysOf<T extends object>(object: T): readonly (keyof T & string)[] {
  return Object.keys(object) as (keyof T & string)[];
}
