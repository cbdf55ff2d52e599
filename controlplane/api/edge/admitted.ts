import { Metadata } from "@grpc/grpc-js";
import type { Call } from "./call.ts";

/** The metadata of a call whose caller is known already: handlers need not ask again. */
export class AdmittedMetadata extends Metadata {
  readonly call: Call;

  constructor(metadata: Metadata, call: Call) {
    super(metadata.getOptions());
    this.merge(metadata);
    this.call = call;
  }
}
