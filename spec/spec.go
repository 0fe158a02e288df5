// Package spec holds the OpenAPI document that everything else is generated
// from, for programs that read such documents.
package spec

import _ "embed"

// YAML is the OpenAPI 3.0 document.
//
//go:embed slack.yaml
var YAML []byte
