export { compileMask, type MaskedField, type MaskFunction, type MaskScope, type MaskTools } from "./compile.ts";
export { networkOf } from "./ip.ts";
export { samplesOf } from "./samples.ts";
