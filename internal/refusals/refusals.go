// Package refusals tells whom a code is about with which Slack refuses a call.
package refusals

import (
	"slices"

	"github.com/seed-38c23bad/slackadmin/api"
)

// OfCaller reports whether a code has nothing to do with whom a call names, so that
// another call would be refused as well.
func OfCaller(code api.ErrorCode) bool { return slices.Contains(ofCaller, code) }

// OfNamed reports whether a code is certainly about somebody whom a call names.
func OfNamed(code api.ErrorCode) bool { return slices.Contains(ofNamed, code) }

var ofCaller = []api.ErrorCode{
	api.ErrAccesslimited, api.ErrAccountInactive, api.ErrAdminUnauthorized,
	api.ErrDeprecatedEndpoint, api.ErrEkmAccessDenied, api.ErrEnterpriseIsRestricted, api.ErrFeatureNotEnabled,
	api.ErrInvalidArgName, api.ErrInvalidArrayArg, api.ErrInvalidAuth, api.ErrInvalidCharset,
	api.ErrInvalidFormData, api.ErrInvalidPostType, api.ErrIsBot, api.ErrMethodDeprecated,
	api.ErrMissingPostType, api.ErrMissingScope, api.ErrNoPermission, api.ErrNotAllowedTokenType,
	api.ErrNotAnAdmin, api.ErrNotAuthed, api.ErrOrgLoginRequired, api.ErrRestrictedAction,
	api.ErrTeamAccessNotGranted, api.ErrTeamAddedToOrg, api.ErrTokenExpired, api.ErrTokenRevoked,
	api.ErrTwoFactorSetupRequired, api.ErrUnknownMethod,
}

var ofNamed = []api.ErrorCode{
	api.ErrBotsNotAllowed, api.ErrCannotInvalidatePrimaryOwner, api.ErrCannotResetBot, api.ErrCannotResetPrimaryOwner,
	api.ErrFailedForSomeUsers, api.ErrSessionInvalidationFailed, api.ErrSessionNotFound, api.ErrSessionResetNotAllowed,
	api.ErrUnableToUpdateExistingSessions, api.ErrUserNotFound, api.ErrUserSessionResetFailed,
}
