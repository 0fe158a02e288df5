package main

import (
	"fmt"
	"os"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oapi-codegen/oapi-codegen/v2/pkg/codegen"
	"go.yaml.in/yaml/v3"
)

// The configs of oapi-codegen. That of the client has what differs.
const (
	modelsConfig = "spec/generated.config.yaml"
	clientConfig = "spec/client.config.yaml"
)

// stock returns what oapi-codegen makes: the models and its client.
func stock() (models, client []byte, err error) {
	var config codegen.Configuration
	if err := readConfig(modelsConfig, &config); err != nil {
		return nil, nil, err
	}
	spec, err := openapi3.NewLoader().LoadFromFile(specPath)
	if err != nil {
		return nil, nil, err
	}
	adapt(spec)
	source, err := codegen.Generate(spec, config)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", modelsConfig, err)
	}
	models = []byte(source)
	if err := readConfig(clientConfig, &config); err != nil {
		return nil, nil, err
	}
	if source, err = codegen.Generate(spec, config); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", clientConfig, err)
	}
	return models, []byte(source), nil
}

// readConfig adds to config what a file says.
func readConfig(path string, config *codegen.Configuration) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := yaml.Unmarshal(data, config); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
