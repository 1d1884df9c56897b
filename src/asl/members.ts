// Members of objects under construction, whatever their names are.

/** Sets an own member of an object under construction; `__proto__` is a name like any other. */
export function setMember<Member>(object: { [name: string]: Member }, name: string, value: Member): void {
  if (name === "__proto__") {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    if (isFarIndex(name)) keepInTable(object, value);
    object[name] = value;
  }
}

/** An index for which V8 would make room for all that are smaller: 12 KB for an object whose only member is `1000`. */
export function isFarIndex(name: string): boolean {
  const first = name.charCodeAt(0);
  return first >= 0x30 && first <= 0x39 && name.length > 1 && name.length < 6;
}

/** Once an object had a member with an index as large as can be, V8 keeps such members in a table. */
function keepInTable<Member>(object: { [name: string]: Member }, value: Member): void {
  object[farthestIndex] = value;
  Reflect.deleteProperty(object, farthestIndex);
}

const farthestIndex = String(2 ** 32 - 2);
