import { createHTTPConnector, fieldErrors, once } from '@connect-gateway/client';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { path } from './organisation';

/** A form that makes a connector, once, and shows what is wrong next to the inputs. */
export function NewConnector() {
  const queries = useQueryClient();
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [message, setMessage] = useState('');

  async function create(form: FormData): Promise<void> {
    setMessage('…');
    const body = { name: String(form.get('name')), baseUrl: String(form.get('baseUrl')), authSchemeConfigs: [] };
    const { data, error } = await once((headers) => createHTTPConnector({ path, body, headers }));
    setErrors(fieldErrors(error));
    setMessage(data === undefined ? error.message : `${data.name} was created.`);
    await queries.invalidateQueries();
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void create(new FormData(event.currentTarget));
      }}
    >
      <label>
        Name <input name="name" />
      </label>
      <em>{errors['name']}</em>
      <label>
        Address <input name="baseUrl" required />
      </label>
      <em>{errors['baseUrl']}</em>
      <button>Create</button>
      <output>{message}</output>
    </form>
  );
}
