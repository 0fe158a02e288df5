package tests

import (
	"maps"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/spec"
)

// atOneHost returns the spec with all paths behind one server: what is behind a server
// of its own comes under that server's path.
func atOneHost(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(spec.YAML)
	if err != nil {
		t.Fatal(err)
	}
	doc.Servers = nil
	for path, item := range maps.Clone(doc.Paths.Map()) {
		if len(item.Servers) > 0 {
			doc.Paths.Delete(path)
			doc.Paths.Set(pathOf(t, item.Servers[0].URL)+path, item)
			item.Servers = nil
		}
	}
	return doc
}

func pathOf(t *testing.T, server string) string {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	return u.Path
}

// ownServers are the paths of the servers of APIs that have their own, by the names
// that options and flags have for them.
var ownServers = sync.OnceValues(func() (map[string]string, error) {
	doc, err := openapi3.NewLoader().LoadFromData(spec.YAML)
	if err != nil {
		return nil, err
	}
	all := map[string]string{}
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			if len(item.Servers) > 0 {
				name, _, _ := strings.Cut(op.OperationID, ".")
				all[name] = item.Servers[0].URL
			}
		}
	}
	return all, nil
})

// reaching returns options of a client whose APIs are all at one host.
func reaching(t *testing.T, base string) []api.Option {
	t.Helper()
	opts := []api.Option{api.WithBaseURL(base)}
	for name, path := range serversAt(t, base) {
		opts = append(opts, api.WithServerURL(name, path))
	}
	return opts
}

// serversAt returns where APIs that have servers of their own are at one host.
func serversAt(t *testing.T, base string) map[string]string {
	t.Helper()
	servers, err := ownServers()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]string{}
	for name, server := range servers {
		at[name] = base + pathOf(t, server)
	}
	return at
}

// successOf returns the schema of a method's answer of success.
func successOf(op *openapi3.Operation) *openapi3.Schema {
	ref := op.Responses.Value("200").Value.Content.Get("application/json").Schema
	if ref.Ref != "" {
		return ref.Value // the status says that it is one
	}
	return ref.Value.OneOf[0].Value
}

// saysOK tells whether the answer of success has ok.
func saysOK(op *openapi3.Operation) bool {
	return op.Responses.Value("200").Value.Content.Get("application/json").Schema.Ref == ""
}
