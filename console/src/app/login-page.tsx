// The login, where the server has keys: the same access keys and secrets as the AWS API takes.
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Form from "@cloudscape-design/components/form";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { logIn } from "../api/client.ts";
import { Problem } from "../parts/problem.tsx";

export function LoginPage() {
  const queries = useQueryClient();
  const [accessKeyId, setAccessKeyId] = useState("");
  const [secretAccessKey, setSecretAccessKey] = useState("");
  const login = useMutation({ mutationFn: logIn, onSuccess: () => queries.invalidateQueries() });
  useEffect(() => {
    document.title = "Log in – Pawl";
  }, []);
  return (
    <main className="alone">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          login.mutate({ accessKeyId: accessKeyId.trim(), secretAccessKey: secretAccessKey.trim() });
        }}
      >
        <Form
          actions={
            <Button variant="primary" formAction="submit" loading={login.isPending}>
              Log in
            </Button>
          }
        >
          <Container header={<Header variant="h1">Log in to Pawl</Header>}>
            <SpaceBetween size="l">
              <Box color="text-body-secondary">
                With an access key of this server: the console may do what the key may do.
              </Box>
              {login.error === null ? null : <Problem error={login.error} />}
              <FormField label="Access key ID">
                <Input
                  value={accessKeyId}
                  onChange={({ detail }) => setAccessKeyId(detail.value)}
                  autoFocus
                  autoComplete="username"
                  spellcheck={false}
                />
              </FormField>
              <FormField label="Secret access key">
                <Input
                  type="password"
                  value={secretAccessKey}
                  onChange={({ detail }) => setSecretAccessKey(detail.value)}
                  autoComplete="current-password"
                />
              </FormField>
            </SpaceBetween>
          </Container>
        </Form>
      </form>
    </main>
  );
}
