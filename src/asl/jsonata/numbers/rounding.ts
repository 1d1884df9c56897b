// Decimal rounding of `$round` and the number pictures.

/** Rounds half to even, by shifting the decimal point in the text, so that no digit is lost on the way. */
export function rounded(number: number, precision: number): number {
  const shifted = precision === 0 ? number : shiftedBy(number, precision);
  let result = Math.round(shifted);
  if (Math.abs(result - shifted) === 0.5 && Math.abs(result % 2) === 1) result -= 1;
  if (precision !== 0) result = shiftedBy(result, -precision);
  return result === 0 ? 0 : result;
}

function shiftedBy(number: number, places: number): number {
  const [digits = "", exponent = "0"] = String(number).split("e");
  return Number(`${digits}e${Number(exponent) + places}`);
}
