// The colours of up and down, as the user has chosen them.

import { type Palette, workspacePalette } from "../render/colour";

export type ColourChoice = "classic" | "safe";
export type Theme = "light" | "dark";

/** Blue and orange differ for every kind of colour blindness. */
const safe: Record<Theme, Palette> = {
  light: { green: "#0b62c4", red: "#b4470b", blue: "#5b3fb5" },
  dark: { green: "#5aa9ff", red: "#ff9c4a", blue: "#b39dff" },
};

export function paletteOf(choice: ColourChoice, theme: Theme): Palette {
  return choice === "safe" ? safe[theme] : workspacePalette;
}
