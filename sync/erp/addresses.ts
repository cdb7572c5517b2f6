/** An address as addresses are compared: letter case and blanks around it mean nothing. */
export function foldedAddress(address: string): string {
  return address.trim().toLowerCase();
}
