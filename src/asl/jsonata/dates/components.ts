// The components of an instant that date pictures can show, in UTC: ISO weeks of the year and, by the same rule, of the month.

const dayMs = 86_400_000;

export const dayNames = ["", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
export const monthNames = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** The number of a component; `undefined` for those that are not numbers. */
export function componentOf(ms: number, component: string): number | undefined {
  const date = new Date(ms);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const today = Date.UTC(year, month, date.getUTCDate());
  switch (component) {
    case "Y":
      return year;
    case "M":
      return month + 1;
    case "D":
      return date.getUTCDate();
    case "d":
      return (today - Date.UTC(year, 0)) / dayMs + 1;
    case "F":
      return date.getUTCDay() || 7;
    case "W":
      return weekOf(today, { weeks: 52, previous: [year - 1, 0], current: [year, 0], next: [year + 1, 0] });
    case "w":
      return weekOf(today, { weeks: 4, previous: [year, month - 1], current: [year, month], next: [year, month + 1] });
    case "X":
      if (ms < firstWeek(year, 0)) return year - 1;
      return ms >= firstWeek(year + 1, 0) ? year + 1 : year;
    case "x":
      if (ms < firstWeek(year, month)) return ((month + 11) % 12) + 1;
      return ms >= firstWeek(year, month + 1) ? ((month + 1) % 12) + 1 : month + 1;
    case "H":
      return date.getUTCHours();
    case "h":
      return date.getUTCHours() % 12 || 12;
    case "m":
      return date.getUTCMinutes();
    case "s":
      return date.getUTCSeconds();
    case "f":
      return date.getUTCMilliseconds();
    default:
      return undefined;
  }
}

type Period = readonly [year: number, month: number];
type Periods = { readonly weeks: number; readonly previous: Period; readonly current: Period; readonly next: Period };

function weekOf(today: number, { weeks, previous, current, next }: Periods): number {
  const week = (today - firstWeek(...current)) / (7 * dayMs) + 1;
  if (week > weeks && today >= firstWeek(...next)) return 1;
  if (week < 1) return Math.floor((today - firstWeek(...previous)) / (7 * dayMs) + 1);
  return Math.floor(week);
}

/** The Monday of the week that holds a period's first Thursday. */
function firstWeek(year: number, month: number): number {
  const first = Date.UTC(year, month);
  const day = new Date(first).getUTCDay() || 7;
  return day > 4 ? first + (8 - day) * dayMs : first - (day - 1) * dayMs;
}
