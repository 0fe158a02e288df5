// Package refusals classifies Slack's error codes by whom they are about.
package refusals

import (
	"slices"

	"github.com/seed-38c23bad/slackadmin/api"
)

// AboutCaller reports whether a code is about the caller, the token or the request, so
// that Slack would refuse the same call for any user or session.
func AboutCaller(code api.ErrorCode) bool { return slices.Contains(aboutCaller, code) }

// AboutTarget reports whether a code is certainly about a user or session that the call
// names.
func AboutTarget(code api.ErrorCode) bool { return slices.Contains(aboutTarget, code) }

var aboutCaller = []api.ErrorCode{
	api.ErrAccesslimited, api.ErrAccountInactive, api.ErrAdminUnauthorized,
	api.ErrDeprecatedEndpoint, api.ErrEkmAccessDenied, api.ErrEnterpriseIsRestricted, api.ErrFeatureNotEnabled,
	api.ErrInvalidArgName, api.ErrInvalidArrayArg, api.ErrInvalidAuth, api.ErrInvalidCharset,
	api.ErrInvalidFormData, api.ErrInvalidPostType, api.ErrIsBot, api.ErrMethodDeprecated,
	api.ErrMissingPostType, api.ErrMissingScope, api.ErrNoPermission, api.ErrNotAllowedTokenType,
	api.ErrNotAnAdmin, api.ErrNotAuthed, api.ErrOrgLoginRequired, api.ErrRestrictedAction,
	api.ErrTeamAccessNotGranted, api.ErrTeamAddedToOrg, api.ErrTokenExpired, api.ErrTokenRevoked,
	api.ErrTwoFactorSetupRequired, api.ErrUnknownMethod,
}

var aboutTarget = []api.ErrorCode{
	api.ErrBotsNotAllowed, api.ErrCannotInvalidatePrimaryOwner, api.ErrCannotResetBot, api.ErrCannotResetPrimaryOwner,
	api.ErrFailedForSomeUsers, api.ErrSessionInvalidationFailed, api.ErrSessionNotFound, api.ErrSessionResetNotAllowed,
	api.ErrUnableToUpdateExistingSessions, api.ErrUserNotFound, api.ErrUserSessionResetFailed,
}
