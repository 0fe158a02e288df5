package main

import (
	"fmt"
	"os"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oapi-codegen/oapi-codegen/v2/pkg/codegen"
	"go.yaml.in/yaml/v3"
)

// The configs of oapi-codegen. The client's has only the differences.
const (
	modelsConfig = "spec/generated.config.yaml"
	clientConfig = "spec/client.config.yaml"
)

// runOapiCodegen returns the models and the stock client.
func runOapiCodegen() (models, client []byte, err error) {
	var config codegen.Configuration
	if err := readConfig(modelsConfig, &config); err != nil {
		return nil, nil, err
	}
	spec, err := openapi3.NewLoader().LoadFromFile(specPath)
	if err != nil {
		return nil, nil, err
	}
	if err := adapt(spec); err != nil {
		return nil, nil, err
	}
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

// readConfig merges a file into config.
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
