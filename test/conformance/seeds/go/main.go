// The fourth document (Go SDK): its three examples, in its order, as the document has them. The base URL comes from the
// environment; the tool calls of the last example are printed.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	dedalus "github.com/dedalus-labs/dedalus-sdk-go"
	"github.com/dedalus-labs/dedalus-sdk-go/option"
	"github.com/dedalus-labs/dedalus-sdk-go/shared"
)

func main() {
	client := dedalus.NewClient(
		option.WithAPIKey("your-api-key"),
		option.WithBaseURL(os.Getenv("DEDALUS_BASE_URL")),
	)

	ctx := context.Background()

	completion, err := client.Chat.Completions.New(ctx, dedalus.ChatCompletionNewParams{
		Model: dedalus.F("openai/gpt-4"),
		Messages: dedalus.F([]dedalus.ChatCompletionMessageParamUnion{
			dedalus.ChatCompletionUserMessageParam{
				Role: dedalus.F(dedalus.ChatCompletionUserMessageParamRoleUser),
				Content: dedalus.F(dedalus.ChatCompletionUserMessageParamContentUnion(
					dedalus.String("What is the capital of France?"),
				)),
			},
		}),
	})

	if err != nil {
		log.Fatal(err)
	}

	fmt.Println(completion.Choices[0].Message.Content)

	stream := client.Chat.Completions.NewStreaming(ctx, dedalus.ChatCompletionNewParams{
		Model: dedalus.F("openai/gpt-4"),
		Messages: dedalus.F([]dedalus.ChatCompletionMessageParamUnion{
			dedalus.ChatCompletionUserMessageParam{
				Role: dedalus.F(dedalus.ChatCompletionUserMessageParamRoleUser),
				Content: dedalus.F(dedalus.ChatCompletionUserMessageParamContentUnion(
					dedalus.String("Tell me a story"),
				)),
			},
		}),
	})

	for stream.Next() {
		chunk := stream.Current()
		if len(chunk.Choices) > 0 {
			fmt.Print(chunk.Choices[0].Delta.Content)
		}
	}

	if err := stream.Err(); err != nil {
		log.Fatal(err)
	}
	fmt.Println()

	completion, err = client.Chat.Completions.New(ctx, dedalus.ChatCompletionNewParams{
		Model: dedalus.F("openai/gpt-4"),
		Messages: dedalus.F([]dedalus.ChatCompletionMessageParamUnion{
			dedalus.ChatCompletionUserMessageParam{
				Role: dedalus.F(dedalus.ChatCompletionUserMessageParamRoleUser),
				Content: dedalus.F(dedalus.ChatCompletionUserMessageParamContentUnion(
					dedalus.String("What's the weather in San Francisco?"),
				)),
			},
		}),
		Tools: dedalus.F([]dedalus.ChatCompletionToolParam{
			{
				Type: dedalus.F(dedalus.ChatCompletionToolParamTypeFunction),
				Function: dedalus.F(shared.FunctionDefinitionParam{
					Name:        dedalus.F("get_weather"),
					Description: dedalus.F("Get the current weather in a location"),
					Parameters: dedalus.F(shared.FunctionParameters{
						"type": "object",
						"properties": map[string]interface{}{
							"location": map[string]interface{}{
								"type":        "string",
								"description": "The city name",
							},
						},
						"required": []string{"location"},
					}),
				}),
			},
		}),
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(completion.Choices[0].Message.ToolCalls[0].Function.Arguments)
}
