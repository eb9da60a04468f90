import { config, z } from "zod";

// zod would write source text for each schema as it is first used, which `lockCode` refuses, and nothing here needs.
config({ jitless: true });

export { z };
