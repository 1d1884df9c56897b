// The definitions of two versions of a machine, or of two machines.
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import Spinner from "@cloudscape-design/components/spinner";
import { useQuery } from "@tanstack/react-query";
import { machineQuery } from "../api/queries.ts";
import { Problem } from "../parts/problem.tsx";
import { DefinitionsComparison } from "./definitions-comparison.tsx";

interface CompareDefinitionsProps {
  readonly left: string;
  readonly right: string;
  readonly nameOf: (arn: string) => string;
}

export function CompareDefinitions({ left, right, nameOf }: CompareDefinitionsProps) {
  const [one, other] = [useQuery(machineQuery(left)), useQuery(machineQuery(right))];
  const error = one.error ?? other.error;
  if (error !== null) {
    const again = (): void => {
      void one.refetch();
      void other.refetch();
    };
    return <Problem error={error} onRetry={again} />;
  }
  if (one.data === undefined || other.data === undefined) return <Spinner size="large" />;
  return (
    <Container header={<Header variant="h2">{`${nameOf(left)} and ${nameOf(right)}`}</Header>}>
      <DefinitionsComparison
        leftText={one.data.definition}
        rightText={other.data.definition}
        left={nameOf(left)}
        right={nameOf(right)}
      />
    </Container>
  );
}
