package main

// shared are the schemas that several methods use, by the reference's names. A person
// has checked that a name always means the same object. "channel" is missing because
// it means an ID, a name or one of two objects. Names of fields do not belong here.
var shared = map[string]string{
	"app-notification-subscription-configuration": "View",
	"conversation":  "Conversation",
	"file":          "FileObject",
	"home":          "View",
	"message":       "Message",
	"modal":         "View",
	"resolution":    "AppResolution",
	"subteam":       "Usergroup",
	"team":          "Team",
	"user":          "User",
	"user_profile":  "UserProfile",
	"view":          "View",
	"workflow-step": "View",
}

// described are the descriptions of the shared schemas.
var described = map[string]string{
	"AppResolution": "An app with what was decided of it.",
	"Conversation":  "A channel or a direct message.",
	"FileObject":    "A file.",
	"Message":       "A message.",
	"Team":          "A workspace.",
	"User":          "A user.",
	"UserProfile":   "What a user's profile says.",
	"Usergroup":     "A group of users.",
	"View":          "A modal or another view of an app.",
}

// plainNames are the reference's names for strings, besides those that end in _id.
var plainNames = map[string]bool{"date": true, "email": true, "timestamp": true, "ts": true, "url": true}

// pagingObject returns the object that the reference calls "paging": the page number
// and the totals.
func pagingObject() *object {
	integer := newObject()
	integer.set("type", "integer")
	properties, o := newObject(), newObject()
	for _, name := range []string{"count", "total", "page", "pages"} {
		properties.set(name, integer)
	}
	o.set("type", "object")
	o.set("properties", properties)
	return o
}
