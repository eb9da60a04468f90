export { compileMask, type MaskedField, type MaskFunction, type MaskScope } from "./compile.ts";
export { networkOf } from "./ip.ts";
