// Package methods is the command's table of the methods of the spec. It costs nothing when
// a program starts.
package methods

// A Server is the server of a separate API of Slack's.
type Server struct {
	Name string // the first word of its methods
	URL  string
}

// A Method is a method of the spec.
type Method struct {
	Name          string // in Slack's API
	GoName        string // of the method of api.Client
	Summary       string
	Description   string
	Docs          string     // the URL of Slack's reference
	Scopes        [][]string // of a user token; any one scope of each list is enough
	ScopesByToken string     // in words, if they differ by the kind of token
	Callers       string     // who may call it, in words
	PerMinute     int        // approximate number of calls that Slack allows; 0 if not documented
	Idempotent    bool
	Items         string     // the dotted path of a page's items, if there are pages
	IsStream      bool       // whether a success is not JSON
	Arguments     []Argument // sorted by name
	Required      []string   // names, in the order of the spec
}

// An Argument is an argument of a method.
type Argument struct {
	Name        string
	Description string
	Deprecated  bool
	Enum        []string // known values
	Type
}

// A Type is the type of a value.
type Type struct {
	Kind   string // OpenAPI's type, "" for any
	Format string
	Items  *Type // of an array
}

// Find returns a method by its name, nil if the spec does not have it.
func Find(name string) *Method {
	for i := range All {
		if All[i].Name == name {
			return &All[i]
		}
	}
	return nil
}
