/** As much of autocannon as is used here: the type check needs no peer installed. */
declare module "autocannon" {
  export default function autocannon(options: {
    readonly url: string;
    readonly connections: number;
    readonly duration: number;
    readonly method: "POST";
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  }): Promise<{
    readonly requests: { readonly average: number; readonly total: number };
    readonly errors: number;
    readonly non2xx: number;
  }>;
}
