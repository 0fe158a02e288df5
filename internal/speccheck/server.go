package speccheck

import (
	"net/url"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// API returns the first word of o's name, which names the API if it has its own
// server: audit for audit.logs.
func (o *Operation) API() string {
	api, _, _ := strings.Cut(o.OperationID, ".")
	return api
}

// server returns the path's own server, or "".
func (c *checker) server(at place, servers openapi3.Servers) string {
	at = at.child("servers")
	switch {
	case len(servers) == 0:
		return ""
	case len(servers) > 1:
		c.failf(at, "the path has %d servers; it must have one, because the token goes there", len(servers))
	}
	server := servers[0].URL
	u, err := url.Parse(server)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.HasSuffix(server, "/") {
		c.failf(at.child("0", "url"), "the server is %q; it must be like https://api.slack.com/audit/v1, without a slash at the end", server)
	}
	return server
}

// servers checks that each API has one server, because a program replaces a server
// by the API's name.
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
			c.failf(c.method(op.Path, op.HTTPMethod), "its server differs from that of %s, whose name also begins with %s.; use one server, or another name", same.OperationID, op.API())
		}
	}
}
