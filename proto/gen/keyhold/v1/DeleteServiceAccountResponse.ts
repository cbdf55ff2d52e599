// Original file: proto/keyhold/v1/user_service.proto


export interface DeleteServiceAccountResponse {
}

export interface DeleteServiceAccountResponse__Output {
}
