// Package spec holds the OpenAPI document from which everything else is generated, for
// programs that read OpenAPI.
package spec

import _ "embed"

// YAML is the OpenAPI 3.0 document.
//
//go:embed slack.yaml
var YAML []byte
