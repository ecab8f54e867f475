/** What shows as nothing, or turns or breaks the text around it: control, format and separating characters. */
export const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
