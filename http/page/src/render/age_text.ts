// The words of an age.

/** An age or gap in seconds, minutes or hours; a dash for none. */
export function ageText(ms: number | null): string {
  if (ms === null) return "–";
  const s = Math.max(0, ms) / 1000;
  if (s < 10) return `${s.toFixed(1)} s`;
  if (s < 120) return `${Math.round(s)} s`;
  if (s < 7200) return `${Math.round(s / 60)} min`;
  return `${Math.round(s / 3600)} h`;
}
