// Package methods is a table of what the command knows of each method of the
// spec. Nothing of it is made or read when a program starts.
package methods

// A Server is that of an API of Slack's that has one of its own.
type Server struct {
	Name string // the first word of its methods
	URL  string
}

// A Method is one of Slack's.
type Method struct {
	Name          string // Slack's
	GoName        string // of the method of api.Client
	Summary       string
	Description   string
	Docs          string     // the URL of Slack's reference
	Scopes        [][]string // of a user's token; of each list any one scope will do
	ScopesByToken string     // in words, where they differ by the kind of token
	Callers       string     // whose tokens it takes, in words
	PerMinute     int        // about how many calls Slack allows; 0 if it does not say
	Idempotent    bool
	Items         string     // where a page's items are, as a dotted path, if it has pages
	IsStream      bool       // a success is no JSON
	Arguments     []Argument // in order of their names
	Required      []string   // the names of some, in the spec's order
}

// An Argument is one of a method.
type Argument struct {
	Name        string
	Description string
	Deprecated  bool
	Enum        []string // known values
	Type
}

// A Type is what a value may be.
type Type struct {
	Kind   string // OpenAPI's type, "" for a value of any
	Format string
	Items  *Type // of an array
}

// Find returns a method by Slack's name, nil if the spec does not have it.
func Find(name string) *Method {
	for i := range All {
		if All[i].Name == name {
			return &All[i]
		}
	}
	return nil
}
