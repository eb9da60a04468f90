export { compileMask, type MaskedField, type MaskFunction, type MaskScope } from "./compile.ts";
