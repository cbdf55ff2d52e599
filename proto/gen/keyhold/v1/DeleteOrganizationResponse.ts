// Original file: proto/keyhold/v1/organization_service.proto


export interface DeleteOrganizationResponse {
}

export interface DeleteOrganizationResponse__Output {
}
