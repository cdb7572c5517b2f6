/** The port with some of its methods replaced. */
export function overlaid<P extends object>(port: P, methods: Partial<P>): P {
  return new Proxy(port, {
    get: (target, property) => {
      const own: unknown = Reflect.get(methods, property);
      if (own !== undefined) return own;
      const member: unknown = Reflect.get(target, property, target);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}
