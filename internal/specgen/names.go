package main

import (
	"os"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oapi-codegen/oapi-codegen/v2/pkg/codegen"
	"go.yaml.in/yaml/v3"
)

// adoptNames makes goName follow the naming rules of an oapi-codegen config.
// oapi-codegen keeps those as package state that only a run of it sets.
func adoptNames(configPath string) error {
	data, err := os.ReadFile(configPath)
	if err != nil {
		return err
	}
	var config codegen.Configuration
	if err := yaml.Unmarshal(data, &config); err != nil {
		return err
	}
	_, err = codegen.Generate(&openapi3.T{OpenAPI: "3.0.3", Info: &openapi3.Info{}, Paths: openapi3.NewPaths()}, config)
	return err
}

// goName returns Go's name for a name in the spec.
func goName(name string) string { return codegen.SchemaNameToTypeName(name) }
