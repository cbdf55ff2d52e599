// Original file: proto/keyhold/v1/token_service.proto


export interface GetIdentityRequest {
}

export interface GetIdentityRequest__Output {
}
