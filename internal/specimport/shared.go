package main

// shared are the objects that recur: the name that Slack's reference has for
// one, and that of the schema here. Only names that mean one object everywhere
// belong here, looked at by a person; a field's own name never does. Not here is
// "channel", by which the reference means an ID, a name or one of two objects.
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

// described says what each shared schema is.
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

// plainNames are the names that the reference has for strings, besides those
// that end in _id.
var plainNames = map[string]bool{"date": true, "email": true, "timestamp": true, "ts": true, "url": true}

// paging is what the reference's "paging" stands for: where a page by number is
// among all.
func paging() *object {
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
