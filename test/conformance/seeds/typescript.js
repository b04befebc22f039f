/* oxlint-disable no-console -- the documents print */
// The third document (TypeScript SDK): all its examples, each in a block of its own, in its order.
// Added are only the lines that print where the document prints nothing.
import Dedalus, { APIError, AuthenticationError, RateLimitError } from "dedalus-labs";

const client = new Dedalus({
  apiKey: process.env.DEDALUS_API_KEY,
});
{
  const completion = await client.chat.completions.create({
    model: "openai/gpt-4",
    messages: [{ role: "user", content: "What is the capital of France?" }],
  });

  console.log(completion.choices[0].message.content);
}
{
  const completion = await client.chat.completions.create({
    model: "openai/gpt-4",
    messages: [
      { role: "system", content: "You are a helpful assistant." },
      { role: "user", content: "Explain quantum computing in simple terms." },
    ],
    temperature: 0.7,
    max_tokens: 500,
  });

  console.log(completion.choices[0].message.content);
}
{
  const messages = [
    { role: "user", content: "What is 2+2?" },
    { role: "assistant", content: "2+2 equals 4." },
    { role: "user", content: "What about 2+3?" },
  ];

  const completion = await client.chat.completions.create({
    model: "openai/gpt-4",
    messages,
  });
  console.log(completion.choices[0].message.content);
}
{
  const completion = await client.chat.completions.create({
    model: "openai/gpt-4",
    messages: [
      {
        role: "system",
        content: "Extract the name and age as JSON.",
      },
      {
        role: "user",
        content: "My name is John and I am 30 years old.",
      },
    ],
    response_format: { type: "json_object" },
  });
  console.log(completion.choices[0].message.content);
}
{
  const completion = await client.chat.completions.create({
    model: "openai/gpt-4",
    messages: [{ role: "user", content: "Extract person info from: John Doe, 30 years old" }],
    response_format: {
      type: "json_schema",
      json_schema: {
        name: "person_info",
        strict: true,
        schema: {
          type: "object",
          properties: {
            name: { type: "string" },
            age: { type: "number" },
          },
          required: ["name", "age"],
          additionalProperties: false,
        },
      },
    },
  });
  console.log(completion.choices[0].message.content);
}
{
  const completion = await client.chat.completions.create({
    model: ["openai/gpt-4", "anthropic/claude-3-5-sonnet"],
    messages: [{ role: "user", content: "Explain machine learning." }],
    agent_attributes: {
      creativity: 0.8,
      technical_depth: 0.9,
    },
  });
  console.log(completion.choices[0].message.content);
}
{
  const completion = await client.chat.completions.create({
    model: "openai/gpt-4",
    messages: [{ role: "user", content: "Search for recent AI news" }],
    mcp_servers: ["github:user/web-search-mcp"],
    automatic_tool_execution: true,
  });
  console.log(completion.choices[0].message.content);
  console.log(Object.keys(completion.mcp_server_errors).join());
}
// The document's one request ends well against an upstream that accepts it; the others are made to fail.
for (const content of ["Hello", "fail 401", "fail 429", "fail 400"]) {
  try {
    const completion = await client.chat.completions.create(
      {
        model: "openai/gpt-4",
        messages: [{ role: "user", content }],
      },
      { maxRetries: 0 },
    );
    console.log(completion.choices[0].message.content);
  } catch (error) {
    if (error instanceof AuthenticationError) {
      console.log("Invalid API key");
    } else if (error instanceof RateLimitError) {
      console.log("Rate limit exceeded");
    } else if (error instanceof APIError) {
      console.log("API error:", error.status, error.message);
    }
  }
}
