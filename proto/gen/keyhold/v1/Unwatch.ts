// Original file: proto/keyhold/v1/agent_service.proto


export interface Unwatch {
  'targets'?: (string)[];
}

export interface Unwatch__Output {
  'targets': (string)[];
}
