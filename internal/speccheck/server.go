package speccheck

import (
	"net/url"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// API returns the first word of o's name, which names the API that has a server of
// its own: audit for audit.logs.
func (o *Operation) API() string {
	api, _, _ := strings.Cut(o.OperationID, ".")
	return api
}

// server returns the server of a path of its own, "" if it has none.
func (c *checker) server(path string, servers openapi3.Servers) string {
	at := c.root.to("paths", path, "servers").called(path)
	switch {
	case len(servers) == 0:
		return ""
	case len(servers) > 1:
		c.failf(at, "it has %d servers; want one, for the token goes there", len(servers))
	}
	server := servers[0].URL
	u, err := url.Parse(server)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.HasSuffix(server, "/") {
		c.failf(at.to("0", "url"), "its server is %q; want one such as https://api.slack.com/audit/v1, without a slash at its end", server)
	}
	return server
}

// servers checks that an API, the first word of names, has one server: a program
// that sets another does so by that word.
func (c *checker) servers(doc *Doc) {
	doc.APIs = map[string]string{}
	first := map[string]*Operation{}
	for i := range doc.Operations {
		op := &doc.Operations[i]
		if op.Server != "" {
			doc.APIs[op.API()] = op.Server
		}
		if same := first[op.API()]; same == nil {
			first[op.API()] = op
		} else if same.Server != op.Server {
			c.failf(c.method(op.Path, op.Verb), "its server is not that of %s, whose name begins with %s. as well; want one server, or another name", same.OperationID, op.API())
		}
	}
}
