// `$currentDate`, `$currentDate-3d`, ... in a parameter's default.

const pattern = /^\$currentDate(?:([+-])(\d+)([hdwMybQ]))?$/;

/** The date that a default stands for, as YYYY-MM-DD; other text as it is. */
export function resolveDate(value: string, now: Date): string {
  const match = pattern.exec(value);
  if (!match) return value;
  const [, sign, digits, unit] = match;
  const count = Number(digits ?? 0) * (sign === "-" ? -1 : 1);
  return isoDay(shift(now, count, unit ?? "d"));
}

function shift(from: Date, count: number, unit: string): Date {
  const x = new Date(from);
  switch (unit) {
    case "h":
      x.setHours(x.getHours() + count);
      return x;
    case "w":
      x.setDate(x.getDate() + 7 * count);
      return x;
    case "M":
      return addMonths(x, count);
    case "Q":
      return addMonths(x, 3 * count);
    case "y":
      return addMonths(x, 12 * count);
    case "b":
      return addBusinessDays(x, count);
    default:
      x.setDate(x.getDate() + count);
      return x;
  }
}

/** The same day of another month, or that month's last. */
function addMonths(x: Date, count: number): Date {
  const day = x.getDate();
  x.setDate(1);
  x.setMonth(x.getMonth() + count);
  const last = new Date(x.getFullYear(), x.getMonth() + 1, 0).getDate();
  x.setDate(Math.min(day, last));
  return x;
}

function addBusinessDays(x: Date, count: number): Date {
  const step = Math.sign(count);
  for (let left = Math.abs(count); left > 0; ) {
    x.setDate(x.getDate() + step);
    if (x.getDay() !== 0 && x.getDay() !== 6) --left;
  }
  return x;
}

function isoDay(x: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${x.getFullYear()}-${two(x.getMonth() + 1)}-${two(x.getDate())}`;
}
